/** The first script of the body, which next-themes inserts, without the parts that are not used here. */
export const themeScript = `(()=>{var d=document.documentElement,t='system';try{t=localStorage.getItem('theme')||t}catch(e){}if(t==='system')t=matchMedia('(prefers-color-scheme: dark)').matches?'dark':'light';d.classList.remove('light','dark');d.classList.add(t);d.style.colorScheme=t})()`;
